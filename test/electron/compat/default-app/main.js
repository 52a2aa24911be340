import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

// What Electron's own default app does, which a program that carries Electron lacks: `electron [-r MODULE] FOLDER …`.
const [flag, module] = process.argv.slice(1);
if (flag === '-r') createRequire(import.meta.url)(module);
const folder = resolve(process.argv.slice(1).find((arg) => !arg.startsWith('-')) ?? '.');
const { main, name, productName, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
app.setName(productName ?? name);
app.setVersion(version);
app.setAppPath(folder);
await import(pathToFileURL(join(folder, main)).href);
