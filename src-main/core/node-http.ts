/** Of node:http without the client of `fetch`, which it loads along where it is imported: a quarter of a start. */
export const { createServer, get, STATUS_CODES } = process.getBuiltinModule('node:http');
