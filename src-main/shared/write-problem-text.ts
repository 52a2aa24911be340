import { failuresWords } from './words/en/failures.ts';
import { readTold } from './words/told.ts';
import { writeProblem } from './write-problem.ts';

/** `writeProblem` in English, which is the contract of commands. It takes none of the catalogue, which loads longer than they do. */
export function writeProblemText(cause: unknown): string {
  return inEnglish(writeProblem(cause));
}

function inEnglish(text: string): string {
  const told = readTold(text);
  if (told === null || !isFailure(told.id)) return text;
  return failuresWords[told.id].replace(/\{(\w+)\}/g, (_hole, name: string) => inEnglish(String(told.values[name])));
}

function isFailure(id: string): id is keyof typeof failuresWords {
  return Object.hasOwn(failuresWords, id);
}
