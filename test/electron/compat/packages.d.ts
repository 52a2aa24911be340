declare module 'compat-sqlite' {
  export { DatabaseSync, StatementSync } from 'node:sqlite';
}
declare module 'compat-zstd' {
  interface Zstd {
    compress(data: Uint8Array): Uint8Array;
    decompress(data: Uint8Array): Uint8Array;
  }
  export const Zstd: { load(): Promise<Zstd> };
}
