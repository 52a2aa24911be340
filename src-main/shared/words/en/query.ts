/** The search box of turns: what it says, and what it does not understand. */
export const queryWords = {
  'query.label': 'Filter by text',
  'query.placeholder': 'Search, or model:gpt-6* status:failed first>2s -client:curl',
  'query.help':
    'Words are found in id, session, client, model, account, error and note. field:value narrows, with * for anything and commas for either; first>2s compares; a minus turns a term round.',
  'query.offered': 'Completions',
  'query.unknown-field': 'There is no field “{word}”: it is looked for as a word. Fields: {fields}.',
  'query.no-number': '“{word}” wants a number such as {word}>2s: it is looked for as a word.',
  'query.no-date': '“{word}” wants a date such as {word}:2026-11-28: it is looked for as a word.',
  'query.no-value': '“{word}” has no value yet.',
  'query.open-quote': 'A quotation mark is open: {word}',
  'query.unknown-value': 'No turn can have “{word}” there.',
  'query.too-many': 'Only the first 30 terms are looked at.',
  'query.saved': 'Saved',
  'query.saved.label': 'Saved filters',
  'query.saved.none': 'None yet. Set a filter, name it and save it: it stays in this browser.',
  'query.saved.name': 'Name',
  'query.saved.save': 'Save this filter',
  'query.saved.forget': 'Forget {name}',
} as const;
