import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A value that must be one of a vendor's type, as written in the vendor's package. */
export interface TypedSample {
  readonly label: string;
  /** A name of `vendor-names.ts`. */
  readonly type: string;
  readonly value: unknown;
}

/** Of `vendor-names.ts`. */
const typeNames = [
  'ChatCompletion',
  'ChatCompletionChunk',
  'CompletionUsage',
  'InputTokenCountResponse',
  'Model',
  'ModelList',
  'ErrorBody',
  'ResponseStreamEvent',
  'ResponsesServerEvent',
  'Message',
  'MessageTokensCount',
  'RawMessageStreamEvent',
  'ModelInfo',
  'ModelInfoList',
  'AnthropicErrorBody',
];
const names = join(import.meta.dirname, 'vendor-names.ts');
const imports = `import type { ${typeNames.join(', ')} } from ${JSON.stringify(names)};`;

/** What the compiler has against the samples, a line each with the sample's label; members a type lacks count, too. */
export async function typeErrors(samples: readonly TypedSample[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipstream-vendor-types-'));
  try {
    const declarations = samples.map(({ type, value }, n) => `export const v${n}: ${type} = ${JSON.stringify(value)};`);
    const first = imports.split('\n').length;
    await writeFile(join(folder, 'samples.ts'), `${imports}\n${declarations.join('\n')}\n`);
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          ...{
            strict: true,
            noEmit: true,
            target: 'es2024',
            module: 'nodenext',
            skipLibCheck: true,
            types: [],
            allowImportingTsExtensions: true,
          },
          paths: { '*': [join(root, 'node_modules/*')] },
        },
        files: ['samples.ts'],
      }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder }).catch(
      (failure: { readonly stdout: string }) => failure,
    );
    return stdout
      .split('\n')
      .filter((line) => line.includes('error TS'))
      .map((line) => {
        const at = /^samples\.ts\((\d+),/.exec(line);
        const sample = samples[Number(at?.[1] ?? 0) - 1 - first];
        return `${sample?.label ?? ''} ${line.replace(/^.*error TS\d+: /, '')} ${JSON.stringify(sample?.value ?? null)}`;
      });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
