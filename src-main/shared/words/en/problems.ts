/** What is wrong with Slipstream's own files. */
export const problemsWords = {
  'problems.setting':
    '"{name}" in settings.json is not valid ({why}); its default is used. Set it in Settings, or mend the file.',
  'problems.key':
    'The API key in settings.json was not valid, so a new one was made. Set up your clients again, or put the old key back.',
  'problems.newer':
    'settings.json is of a newer Slipstream (version {version}): it is read as far as possible, and copied before it is changed. Update Slipstream.',
  'problems.aside':
    'Settings that could not be read were put aside as {path}. Delete that file once you do not need it.',
  'problems.edited':
    'settings.json was changed while Slipstream ran, which keeps its own: what stood there was put aside as {path}. Change the file while Slipstream is stopped, and delete that copy once you do not need it.',
  'problems.traces.memory':
    'Requests are kept in memory only, because the disk cannot be used: {why}. It is tried again by itself.',
  'problems.traces.newer': '{newer} is of a newer Slipstream and was left alone: requests are kept in {path}.',
  'problems.traces.waiting': 'Requests wait to be written to the disk: {why}. It is tried again by itself.',
  'problems.traces.stopped':
    'Requests are not kept now: {why}. It is tried again by itself; restart Slipstream where that does not help.',
  'problems.file.newer':
    '{path} was written by a newer Slipstream and is left alone: {meaning}. Update Slipstream, or delete that file and restart.',
  'problems.file.refused':
    '{path} cannot be read: {why}. It is left alone: {meaning}. Mend what is in the way, then restart Slipstream.',
  'problems.file.damaged':
    '{path} is damaged and still in its place: {meaning}. Delete that file, then restart Slipstream.',
  'problems.file.aside':
    'Not all of {path} could be read; what was there was put aside as {aside}: {meaning}. Delete that copy once you do not need it.',
  'problems.folder.gone':
    'The data folder {path} was removed or replaced while Slipstream runs: nothing is kept now, and sign-ins that are renewed are lost when it ends. Put the folder back, or restart Slipstream.',
  'problems.folder.refused':
    'The data folder {path} cannot be written now: {why}. Until it can, nothing new is kept, and sign-ins that are renewed are lost when Slipstream ends.',
  'problems.rule.originator': 'it has to be one word of plain ASCII, at most 100 characters long',
  'problems.rule.proxy': 'it has to be an http://, https://, socks5:// or socks5h:// address',
  'problems.rule.shortcut': 'it has to be keys such as Control+Alt+F, with Control, Alt or Super among them',
  'problems.rule.collector': 'it has to be the http:// or https:// address of a collector, without user and password',
  'problems.rule.origins': 'it has to be a list of origins such as https://app.example',
  'problems.rule.number': 'it has to be a whole number from {min} to {max}',
  'problems.rule.kind':
    'it has to be {kind, select, boolean {true or false} string {a text} number {a number} int {a whole number} array {a list} object {an object} other {of the kind {kind}}}',
  'problems.rule.choice': 'it has to be one of {choices}',
  'problems.rule.other': 'it is not what this setting takes',
  'problems.meaning.coins': 'a coin that decided a conversation’s tier is forgotten',
  'problems.meaning.sessions': 'conversations get new ids upstream',
  'problems.meaning.learned': 'what it says of Codex clients is learned anew',
  'problems.meaning.browsers': 'the browsers of it need a new link',
  'problems.meaning.keys': 'the API keys in it that could not be read open nothing',
  'problems.meaning.accounts': 'its account is missing until you sign in again or restore the file',
  'problems.meaning.clients': 'the client set-up that it tells of cannot be undone here',
} as const;
