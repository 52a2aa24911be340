/** The guide to the first turn, on the Overview. */
export const guideWords = {
  'guide.title': 'First turn in two minutes',
  'guide.account': 'Sign in',
  'guide.account.how': 'Every turn is sent with a Codex account.',
  'guide.account.do': 'Open Accounts',
  'guide.client': 'Connect a client',
  'guide.client.how': 'Let Slipstream write the client’s file, run a test turn in a shell, or send one from here.',
  'guide.client.do': 'Set up a client',
  'guide.client.watch': 'Watch Requests',
  'guide.client.test': 'Copy a test turn',
  'guide.client.test.what': 'Test turn',
  'guide.client.send': 'Send a test turn',
  'guide.client.send.cost': 'Asks {model} for one word at the standard tier: fewer than 1,000 tokens of your quota.',
  'guide.client.sent': 'Sent…',
  'guide.client.trace': 'Open its trace',
  'guide.fast': 'Know what fast means',
  'guide.fast.how':
    'Fast asks upstream for its {tier} tier: answers may come sooner, and each token uses about {from}–{to}× quota. Off and auto cost nothing more. The Fast lab measures whether it helps you.',
  'guide.fast.do': 'Open the Fast lab',
  'guide.done': 'Done',
  'guide.finish': 'Finish',
  'guide.dismiss': 'Not now',
} as const;
