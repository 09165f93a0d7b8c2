import { expect, test } from 'vitest';
import { explainGoFailure } from './go-failure.ts';

const explain = (text: string): string | undefined => explainGoFailure(text.split('\n'))?.message;

/* Outputs of go 1.26, shortened. */
test.each([
  ['another hash', `verifying github.com/google/jsonschema-go@v0.4.3: checksum mismatch
	downloaded: h1:/DBOLZTfDow7pe2GmaJNhltueGTtDKICi8V8p+DQPd0=
	go.sum:     h1:AAAALZTfDow7pe2GmaJNhltueGTtDKICi8V8p+DQPd0=

SECURITY ERROR`, 'The code of github.com/google/jsonschema-go@v0.4.3 is not the one of the lock'],
  ['another go.mod than the checksum database has', `verifying github.com/x/y@v1.0.0/go.mod: checksum mismatch
	downloaded: h1:a=
	sum.golang.org: h1:b=`, 'The code of github.com/x/y@v1.0.0 is not the one of the checksum database sum.golang.org'],
  ['a module that the lock has not', `../mod/github.com/modelcontextprotocol/go-sdk@v1.8.0/mcp/client.go:21:2: missing go.sum entry for module providing package github.com/google/jsonschema-go/jsonschema (imported by github.com/modelcontextprotocol/go-sdk/mcp); to add:
	go get github.com/modelcontextprotocol/go-sdk/mcp@v1.8.0`, 'The lock does not hold all that the program needs: github.com/google/jsonschema-go/jsonschema'],
  ['a go.mod that the lock has not', 'client.go:21:2: github.com/google/jsonschema-go@v0.4.3: missing go.sum entry for go.mod file; to add it:', 'The lock does not hold all that the program needs: github.com/google/jsonschema-go@v0.4.3'],
  ['a version that is too low', 'go: updates to go.mod needed, disabled by -mod=readonly; to update it:\n\tgo mod tidy', 'The lock does not hold all that the program needs'],
  ['a newer Go', 'go: example.com/n@v1.0.0 requires go >= 1.99.0 (running go 1.26.8; GOTOOLCHAIN=local)', 'example.com/n@v1.0.0 needs Go 1.99.0, and the base image has Go 1.26.8'],
  ['no proxy at all', 'module example.com/x: module lookup disabled by GOPROXY=off', 'GOPROXY=off of your Go configuration forbids to ask for modules'],
  ['credentials', 'module example.com/x: reading https://proxy.example/x/@v/list: 401 Unauthorized', 'proxy.example refuses us without credentials (HTTP 401)'],
  ['a proxy that is down', 'module github.com/x/y: Get "https://127.0.0.1:9/github.com/x/y/@v/list": dial tcp 127.0.0.1:9: connect: connection refused', '127.0.0.1:9 does not answer: connection refused'],
  ['no network', 'module github.com/x/y: Get "https://proxy.golang.org/x": dial tcp: lookup proxy.golang.org on 10.0.0.1:53: no such host', 'proxy.golang.org does not answer: its name is not known'],
  ['a proxy in trouble', 'module github.com/x/y: reading https://proxy.example/x/@v/list: 502 Bad Gateway', 'proxy.example does not answer: HTTP 502'],
  ['a foreign authority', 'Get "https://proxy.example/x": tls: failed to verify certificate: x509: certificate signed by unknown authority', 'The Go module proxy shows a certificate that is not trusted here'],
  ['a compiler without memory', 'github.com/x/y/big: /usr/local/go/pkg/tool/linux_amd64/compile: signal: killed', 'The compiler was ended at github.com/x/y/big, most likely for want of memory'],
  ['C', 'imports github.com/x/sqlite: build constraints exclude all Go files in /tmp/go/mod/x', 'github.com/x/sqlite needs a C compiler, or another system: only programs in pure Go are built'],
  ['a program that does not compile', '# github.com/x/y\n/tmp/go/mod/github.com/x/y@v1.0.0/main.go:7:2: undefined: gone', 'github.com/x/y does not compile: undefined: gone (main.go:7)'],
])('says what it is: %s', (_, output, message) => {
  expect(explain(output)).toBe(message);
});

test('that a path is no repository either is not a fault of the network', () => {
  expect(explain('module example.com/m: unrecognized import path "example.com/m": https fetch: Get "https://example.com/m?go-get=1": dial tcp: lookup example.com: no such host')).toBeUndefined();
  expect(explain('module github.com/x/y: git ls-remote -q origin: exit status 128:\n\tfatal: unable to access: Could not resolve host: github.com')).toBeUndefined();
});
