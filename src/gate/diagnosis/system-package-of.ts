/** Debian's package of a program, where it has another name; null: Debian has none. */
const PROGRAMS: Readonly<Record<string, string | null>> = {
  ffprobe: 'ffmpeg', ffplay: 'ffmpeg', convert: 'imagemagick', magick: 'imagemagick', identify: 'imagemagick', mogrify: 'imagemagick',
  rg: 'ripgrep', fd: 'fd-find', pdftotext: 'poppler-utils', pdftoppm: 'poppler-utils', pdfinfo: 'poppler-utils', gs: 'ghostscript', tesseract: 'tesseract-ocr',
  soffice: 'libreoffice', dot: 'graphviz', exiftool: 'libimage-exiftool-perl', espeak: 'espeak-ng',
  psql: 'postgresql-client', pg_dump: 'postgresql-client', pg_restore: 'postgresql-client', mysql: 'default-mysql-client', mysqldump: 'default-mysql-client',
  'redis-cli': 'redis-tools', ssh: 'openssh-client', scp: 'openssh-client', sftp: 'openssh-client', 'ssh-keygen': 'openssh-client',
  ping: 'iputils-ping', dig: 'bind9-dnsutils', nslookup: 'bind9-dnsutils', ip: 'iproute2', ifconfig: 'net-tools', netstat: 'net-tools', nc: 'netcat-openbsd',
  ps: 'procps', top: 'procps', pgrep: 'procps', pkill: 'procps', free: 'procps', killall: 'psmisc', lsblk: 'util-linux', '7z': '7zip', xz: 'xz-utils',
  gpg: 'gnupg', cc: 'gcc', python: 'python3', pip: 'python3-pip', pip3: 'python3-pip', node: 'nodejs', npx: 'npm', java: 'default-jre-headless', javac: 'default-jdk-headless',
  go: 'golang-go', aws: 'awscli', kubectl: 'kubernetes-client', 'chromium-browser': 'chromium', firefox: 'firefox-esr',
  uv: null, uvx: null, bun: null, bunx: null, deno: null, pnpm: null, docker: null, podman: null, terraform: null, helm: null, gcloud: null, az: null, chrome: null, 'google-chrome': null,
};

/** The beginning of a shared library's name, and Debian's package of it. */
const LIBRARIES: readonly (readonly [prefix: string, name: string])[] = [
  ['libpq', 'libpq5'], ['libGL.', 'libgl1'], ['libEGL.', 'libegl1'], ['libglib-2.0', 'libglib2.0-0t64'], ['libgobject-2.0', 'libglib2.0-0t64'], ['libgthread-2.0', 'libglib2.0-0t64'],
  ['libgio-2.0', 'libglib2.0-0t64'], ['libnss3', 'libnss3'], ['libnspr4', 'libnspr4'], ['libmagic', 'libmagic1t64'], ['libsndfile', 'libsndfile1'], ['libportaudio', 'libportaudio2'],
  ['libcairo', 'libcairo2'], ['libpango-1.0', 'libpango-1.0-0'], ['libpangocairo', 'libpangocairo-1.0-0'], ['libgomp', 'libgomp1'], ['libstdc++', 'libstdc++6'], ['libatomic', 'libatomic1'],
  ['libodbc.', 'libodbc2'], ['libmariadb', 'libmariadb3'], ['libxml2', 'libxml2'], ['libxslt', 'libxslt1.1'], ['libsqlite3', 'libsqlite3-0'],
  ['libcurl.', 'libcurl4t64'], ['libfontconfig', 'libfontconfig1'], ['libXext', 'libxext6'],
];

/** What brings a program, as far as it is known; undefined: nothing that a distribution has. */
export function packageOfProgram(program: string): string | undefined {
  const known = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : program;
  return known ?? undefined;
}

/** The same for a shared library. No name follows from one that is not listed. */
export function packageOfLibrary(library: string): string | undefined {
  return LIBRARIES.find(([prefix]) => library.startsWith(prefix))?.[1];
}
