/* What runs in containers to make wheels of sources. Below `/work`. */

/** With network and credentials, so nothing of a package runs: uv finds the archives, Python fetches them, uv unpacks wheels that their builds want. */
export const FETCH_SOURCES = `set -e
config=told.toml
if [ -f /tmp/uv.toml ]; then cat /tmp/uv.toml told.toml >/tmp/both.toml; config=/tmp/both.toml; fi
unset UV_NO_CONFIG UV_CONFIG_FILE
uv --config-file "$config" pip compile --quiet --no-deps --no-header --no-annotate \${CC_MCP_AS_OF:+--exclude-newer "$CC_MCP_AS_OF"} --format pylock.toml --output-file pylock.toml wanted.in
mkdir sources
python3 read.py
for wanted in sources/*.requires; do
  if [ ! -f "$wanted" ]; then continue; fi
  env="/work/\${wanted%.requires}.env"
  uv --config-file "$config" venv --quiet --python "$(command -v python3)" "$env"
  uv --config-file "$config" pip install --quiet --no-build --python "$env/bin/python" -r "$wanted" || { echo "cc-mcp: What the build of $(basename "$wanted" .requires) wants cannot be had as wheels: $(tr '\n' ' ' <"$wanted")"; exit 1; }
done
tar -cf sources.tar sources`;

/** Reads an archive without running it. Its build may want packages of the index, and nothing else. */
export const READ_SOURCES = `import base64, hashlib, io, os, re, sys, tarfile, tomllib, urllib.parse, urllib.request

def toml(path):
    with open(path, "rb") as file:
        return tomllib.load(file)

def place(url):
    return url.scheme, url.hostname, url.port

def stop(text):
    print("cc-mcp: " + text)
    sys.exit(1)

keys = {}
for index in toml("/tmp/uv.toml").get("index", []) if os.path.exists("/tmp/uv.toml") else []:
    url = urllib.parse.urlsplit(index["url"])
    if url.username or url.password:
        pair = urllib.parse.unquote(url.username or "") + ":" + urllib.parse.unquote(url.password or "")
        keys[place(url)] = base64.b64encode(pair.encode()).decode()
with open("locked.txt") as file:
    locked = set(file.read().split())
fetched = []
for package in toml("pylock.toml").get("packages", []):
    name, sdist, wheels = package["name"] + "-" + package["version"], package.get("sdist"), package.get("wheels", [])
    if locked and any(wheel["hashes"].get("sha256") in locked for wheel in wheels):
        continue
    if sdist is None or not sdist["url"].endswith(".tar.gz"):
        stop(f"{name} has neither a wheel for this platform nor a source as .tar.gz")
    if locked and sdist["hashes"]["sha256"] not in locked:
        stop(f"The archive of {name} is not the one of the lock")
    request = urllib.request.Request(sdist["url"])
    key = keys.get(place(urllib.parse.urlsplit(sdist["url"])))
    if key:
        request.add_unredirected_header("Authorization", "Basic " + key)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read(500_000_000)
    except OSError as error:
        stop(f"The source of {name} cannot be fetched: {error}")
    if hashlib.sha256(content).hexdigest() != sdist["hashes"]["sha256"]:
        stop(f"The archive of {name} is not the one that its index names")
    wanted = None
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for member in archive:
                if re.fullmatch(r"(?:\\./)?[^/]+/pyproject\\.toml", member.name) and member.isfile() and member.size < 1_000_000:
                    wanted = tomllib.loads(archive.extractfile(member).read().decode()).get("build-system", {}).get("requires")
                    break
    except (tarfile.TarError, EOFError, OSError, ValueError):
        stop(f"The source of {name} cannot be read")
    if wanted is None:
        wanted = ["setuptools", "wheel"]
    for text in wanted:
        if not isinstance(text, str) or len(text) > 500 or not re.fullmatch(r"(?!.*[ \\t]-)[A-Za-z0-9][A-Za-z0-9._-]*[ \\t]*(\\[[A-Za-z0-9._, \\t-]*\\])?[<>=!~A-Za-z0-9.*+,_() \\t-]*(;[^\\n\\r#]*)?", text):
            stop(f"The build of {name} wants what no index has: {str(text)[:120]!r}")
    with open(f"sources/{name}.tar.gz", "wb") as file:
        file.write(content)
    with open(f"sources/{name}.requires", "w") as file:
        file.write("".join(line + "\\n" for line in wanted))
    fetched.append(sdist["hashes"]["sha256"])
with open("fetched.txt", "w") as file:
    file.write("\\n".join(fetched))
`;

/** Runs strangers' code. */
export const BUILD_SOURCES = `tar -xf sources.tar
mkdir wheels
for source in sources/*.tar.gz; do
  uv build --quiet --wheel --no-build-isolation --python "/work/\${source%.tar.gz}.env/bin/python" --out-dir wheels "$source" || { echo "cc-mcp: $(basename "$source" .tar.gz) could not be built from its source, without network"; exit 1; }
done
cd wheels && sha256sum -- *.whl >../hashes.txt && touch -d @0 -- *.whl && tar -cf ../wheels.tar -- *.whl`;
