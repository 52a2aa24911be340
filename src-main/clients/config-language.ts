import type { ItemPath } from './item-path.ts';
import { readJsonc, removeEmptyJsonc, removeJsoncValue, restoreJsoncValue } from './jsonc-edit.ts';
import type { ConfigPath } from './only-changes.ts';
import { readToml } from './toml-document.ts';
import { removeEmptyTomlTable, removeTomlValue, restoreTomlValue } from './toml-edit.ts';
import { readYaml } from './yaml-document.ts';
import { removeEmptyYaml, removeYamlValue, restoreYamlValue } from './yaml-edit.ts';

/** A format of configuration files: how single values are read and changed. Every call throws `client_file_invalid`. */
export interface ConfigLanguage {
  read(text: string): unknown;
  /** Gives a value what it is in another text of this format. */
  restore(text: string, path: ItemPath, source: string): string;
  remove(text: string, path: ItemPath): string;
  /** Takes a table, an object or a list away that holds nothing. */
  removeEmpty(text: string, path: ItemPath): string;
  /** A text may stand without quotes, and go on over lines that are further in. */
  readonly hasBareTexts: boolean;
}

export const toml: ConfigLanguage = {
  read: (text) => readToml(text).value,
  restore: (text, path, source) => (isOfMembers(path) ? restoreTomlValue(text, path, source) : text),
  remove: (text, path) => (isOfMembers(path) ? removeTomlValue(text, path) : text),
  removeEmpty: (text, path) => (isOfMembers(path) ? removeEmptyTomlTable(text, path) : text),
  hasBareTexts: false,
};

/** Nothing of ours is an element of a list there. */
function isOfMembers(path: ItemPath): path is ConfigPath {
  return path.every((part) => typeof part === 'string');
}

/** JSON with comments and trailing commas. */
export const jsonc: ConfigLanguage = {
  read: readJsonc,
  restore: restoreJsoncValue,
  remove: removeJsoncValue,
  removeEmpty: removeEmptyJsonc,
  hasBareTexts: false,
};

export const yaml: ConfigLanguage = {
  read: (text) => readYaml(text).value,
  restore: restoreYamlValue,
  remove: removeYamlValue,
  removeEmpty: removeEmptyYaml,
  hasBareTexts: true,
};
