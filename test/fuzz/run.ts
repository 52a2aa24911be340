import { parseArgs } from 'node:util';
import { stopCounting } from './coverage.ts';
import { ledSignInFile, signInFile } from './targets/accounts.ts';
import { bodyEdits, ledJson } from './targets/bodies.ts';
import { bridgeCall, ledBridge } from './targets/bridge.ts';
import { chatBody, chatStream } from './targets/chat.ts';
import {
  editorSettings,
  jsoncConfig,
  jsonSettings,
  ledEditors,
  ledJsonc,
  ledToml,
  ledYaml,
  tomlConfig,
  yamlConfig,
} from './targets/configs.ts';
import { messagesBody, messagesStream } from './targets/messages.ts';
import { mutantTargets } from './targets/mutants.ts';
import { ledRedaction, redactedJson, redactedSecret } from './targets/redaction.ts';
import { brokenStream, eventStream, frame, ledFrame, ledStream } from './targets/streams.ts';
import { turnTargets } from './targets/turns.ts';

/** `npm run fuzz -- [--minutes N] [--inputs N] [--seed N] [--target NAME] [--except NAME]`: random inputs, and inputs led by coverage, for whatever reads foreign texts. */

// They come first: a function that ran before somebody counts blocks has none.
const ledTargets = [
  ledJson,
  ledStream,
  ledFrame,
  ledToml,
  ledJsonc,
  ledEditors,
  ledYaml,
  ledSignInFile,
  ledRedaction,
  ledBridge,
];

const drawnTargets = [
  bodyEdits,
  eventStream,
  brokenStream,
  frame,
  tomlConfig,
  jsoncConfig,
  jsonSettings,
  editorSettings,
  yamlConfig,
  signInFile,
  redactedSecret,
  redactedJson,
  chatBody,
  chatStream,
  messagesBody,
  messagesStream,
  bridgeCall,
];

// They end when they are through, whatever the time.
const listedTargets = [...mutantTargets, ...turnTargets];

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    inputs: { type: 'string' },
    seed: { type: 'string' },
    target: { type: 'string', multiple: true },
    except: { type: 'string', multiple: true, default: [] },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const targets = [...ledTargets, ...drawnTargets, ...listedTargets];
const chosen = targets.filter(({ name }) => (values.target?.includes(name) ?? true) && !values.except.includes(name));
if (chosen.length === 0)
  throw new Error(`There is no such target. There are: ${targets.map(({ name }) => name).join(', ')}`);

// A seed is printed so that whatever is found can be found again.
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const maxInputs = Number(values.inputs ?? Number.MAX_SAFE_INTEGER);
const maxMs = (Number(values.minutes) * 60_000) / chosen.filter((target) => !listedTargets.includes(target)).length;
say(`seed ${seed}`);

let passed = 0;
let inputs = 0;
for (const { name, run } of chosen) {
  if (!ledTargets.some((led) => led.name === name)) stopCounting();
  const startedAt = performance.now();
  const result = await run({ seed, maxInputs, maxMs });
  inputs += result.inputs;
  if (result.finding === null) passed += 1;
  else say(`${name} FAILED\n${result.finding}`);
  const reached = result.blocks === null ? '' : ` that reached ${result.blocks} blocks`;
  say(`${name}: ${result.inputs} inputs${reached} in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
}
say(`${inputs} inputs`);
say(`${passed} passed, ${chosen.length - passed} failed`);
process.exitCode = passed === chosen.length ? 0 : 1;
