import { capture } from './quickstart-process.mjs';

/** Installs one package with the full gate, lists it through `run` where it needs no companion, and uninstalls it. A failure is a result, too. */
export async function verifyPackage(home, name) {
  const { result: { package: offered } } = await home.cc(['info', name]);
  const about = { name, version: offered.version, source: `${offered.source.type}:${offered.source.package}`, deprecated: offered.deprecated !== undefined };
  const started = performance.now();
  const installed = await home.withValues(name, dummyValues(offered), (file) => home.cc(['install', name, '--test', '--yes', '--env-file', file, ...grants(offered, home)]));
  if (!installed.ok) return failed(about, [installed.error.message, ...installed.error.suggestions].join('; '));
  try {
    const { gate, image, built, missing } = installed.result;
    const total = performance.now() - started;
    const gateMilliseconds = gate.steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    // One that waits for its companion lists nothing without: the gate listed it beside that.
    const listed = offered.tests.companion === undefined ? await home.listThroughRun(name) : { ok: true, tools: Object.keys(gate.proven.tools).length, milliseconds: 0 };
    if (!listed.ok) return failed(about, `through run: ${listed.reason}`);
    return {
      ...about, outcome: 'proven', reason: '', built, missing, tools: listed.tools,
      calls: gate.steps.filter(({ step, outcome }) => step === 'calls' && outcome === 'passed').length,
      warnings: gate.steps.filter(({ outcome }) => outcome === 'warned').map(({ title, reason }) => `${title}: ${reason}`),
      buildSeconds: seconds(total - gateMilliseconds), proveSeconds: seconds(gateMilliseconds + listed.milliseconds),
      imageBytes: Number(await capture('docker', ['image', 'inspect', '--format', '{{.Size}}', image])),
    };
  } finally {
    await home.cc(['uninstall', name, '--purge', '--yes']);
  }
}

function failed(about, reason) {
  return { ...about, outcome: 'failed', reason };
}

/** What it cannot do without: its example, else the companion's address with nothing behind it. */
function dummyValues({ configuration, tests }) {
  return configuration.filter((value) => value.required && value.default === undefined).flatMap(({ name, example }) => {
    const value = example ?? tests.companion?.configuration[name]?.replaceAll('{host}', 'localhost');
    return value === undefined ? [] : [[name, value]];
  });
}

function grants({ pathsAsArguments }, { work }) {
  return pathsAsArguments ? [`--allow-read=${work}`] : [];
}

function seconds(milliseconds) {
  return Math.round(milliseconds / 100) / 10;
}
