#!/usr/bin/env sh
':' //; exec /usr/bin/env node -- "$0" "$@"
'use strict';
// sh reads line 2 as a command, Node as a text: `--` keeps Node from taking an --env-file among our arguments for its own.
// Written for Nodes that are too old as well: they must get as far as the line that says so. So: no import, no await, no `?.`.
(function () {
  var version = process.versions.node.split('.').map(Number);
  var isNewEnough = version[0] > 24 || (version[0] === 24 && version[1] >= 15) || (version[0] === 22 && (version[1] > 22 || (version[1] === 22 && version[2] >= 2)));
  if (!isNewEnough) {
    console.error('cc-mcp needs Node 22.22.2 or later in 22, or 24.15 or later; this is ' + process.versions.node + ' (' + process.execPath + ')');
    process.exitCode = 2;
    return;
  }
  var builtin = process.getBuiltinModule;
  var fs = builtin('node:fs');
  var path = builtin('node:path');
  var root = path.dirname(path.dirname(fs.realpathSync(process.argv[1])));
  var words = process.argv.slice(2);
  if (words.length === 1 && words[0] === '--version') {
    fs.writeSync(1, 'cc-mcp/' + JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version + ' ' + process.platform + '-' + process.arch + ' node-' + process.version + '\n');
    return;
  }
  // Only in a folder of this user alone: whoever can write there decides what is run.
  var home = process.env.CC_MCP_HOME || path.join(process.env.HOME || builtin('node:os').homedir(), '.cc-mcp');
  if (fs.existsSync(home)) builtin('node:module').enableCompileCache(path.join(home, 'cache', 'compiled'));

  function startCommand() {
    return import('../dist/cli/main.js').then(function (cli) {
      return cli.main(words, root);
    });
  }
  var started = words[0] === 'run'
    ? import('../dist/run.js').then(function (run) {
      return run.main(words.slice(1), path.join(root, 'dist'));
    }).then(function (done) {
      return done === false ? startCommand() : undefined;
    })
    : startCommand();
  started.catch(function (error) {
    console.error('cc-mcp: this is a bug: ' + (error && error.stack ? error.stack : error));
    process.exitCode = 1;
  });
})();
