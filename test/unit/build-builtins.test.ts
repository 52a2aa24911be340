import { describe, expect, it } from 'vitest';
import { withPlainBuiltins } from '../../src-main/build/builtins.ts';

describe('Node’s own modules in built code', () => {
  it.each([
    ['import { join } from "node:path";', 'const { join } = process.getBuiltinModule("node:path");'],
    [
      'import { join as join$1, resolve } from "node:path";',
      'const { join: join$1, resolve } = process.getBuiltinModule("node:path");',
    ],
    ['import fs from "node:fs";', 'const fs = process.getBuiltinModule("node:fs");'],
    ['import * as fs$1 from "node:fs/promises";', 'const fs$1 = process.getBuiltinModule("node:fs/promises");'],
    [
      'import process$1, { stdin as input } from "node:process";',
      'const process$1 = process.getBuiltinModule("node:process"), { stdin: input } = process.getBuiltinModule("node:process");',
    ],
  ])('are taken as they are: %s', (line, expected) => {
    expect(withPlainBuiltins(`"use strict";\n${line}\nrun();`)).toBe(`"use strict";\n${expected}\nrun();`);
  });

  it.each([
    'import { z } from "zod";',
    'import { join } from "./path.js";',
    'import "node:events";',
    'const text = `import fs from "node:fs";`;',
    '  import fs from "node:fs";',
    'export { join } from "node:path";',
  ])('are all that changes: %s', (line) => {
    expect(withPlainBuiltins(line)).toBe(line);
  });
});
