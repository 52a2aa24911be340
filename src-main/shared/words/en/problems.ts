/** What is wrong with Slipstream's own files. */
export const problemsWords = {
  'problems.setting':
    '"{name}" in settings.json is not valid ({why}); its default is used. Set it in Settings, or mend the file.',
  'problems.key':
    'The API key in settings.json was not valid, so a new one was made. Set up your clients again, or put the old key back.',
  'problems.newer': 'The settings are of a newer Slipstream (version {version}) and read as far as possible.',
  'problems.aside':
    'Settings that could not be read were put aside as {path}. Delete that file once you do not need it.',
} as const;
