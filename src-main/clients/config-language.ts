import { readJsonc, removeEmptyJsoncObject, removeJsoncMember, restoreJsoncValue } from './jsonc-edit.ts';
import type { ConfigPath } from './only-changes.ts';
import { readToml } from './toml-document.ts';
import { removeEmptyTomlTable, removeTomlValue, restoreTomlValue } from './toml-edit.ts';

/** A format of configuration files: how single values are read and changed. Every call throws `client_file_invalid`. */
export interface ConfigLanguage {
  read(text: string): unknown;
  /** Gives a value what it is in another text of this format. */
  restore(text: string, path: ConfigPath, source: string): string;
  remove(text: string, path: ConfigPath): string;
  /** Takes a table or an object away that holds nothing. */
  removeEmpty(text: string, path: ConfigPath): string;
}

export const toml: ConfigLanguage = {
  read: (text) => readToml(text).value,
  restore: restoreTomlValue,
  remove: removeTomlValue,
  removeEmpty: removeEmptyTomlTable,
};

/** JSON with comments and trailing commas. */
export const jsonc: ConfigLanguage = {
  read: readJsonc,
  restore: restoreJsoncValue,
  remove: removeJsoncMember,
  removeEmpty: removeEmptyJsoncObject,
};
