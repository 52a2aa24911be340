/** What is wrong with an account, and how to mend it. */
export const troublesWords = {
  'troubles.both': '{first} {second}',
  'troubles.signedOut': 'Its sign-in has ended. Sign in again; its settings are kept.',
  'troubles.signedOut.linked': 'Its sign-in has ended. Run "codex login", or sign in separately.',
  'troubles.otherUpstream': 'It belongs to another upstream or issuer than this Slipstream was started with.',
  'troubles.locked':
    'Its tokens were sealed by a keyring that is not open here. Unlock it and try again, or sign in again.',
  'troubles.tokenEnded': 'Its token has ended and cannot be renewed. Sign in again.',
  'troubles.link.unsaved':
    'The sign-in was renewed, and {path} cannot be written. Make it writable, or Codex will have to sign in again.',
  'troubles.link.missing': '{path} is gone. Run "codex login", or sign in separately.',
  'troubles.link.unreadable': '{path} holds no sign-in that can be read. Run "codex login", or sign in separately.',
  'troubles.link.otherAccount':
    '{path} holds another account now. Link it anew for that one, or sign in separately for this one.',
  'troubles.renew.others':
    'Its renewal brought the sign-in of another user or workspace, which was not taken. Sign in again if this stays.',
  'troubles.renew.page': 'Its sign-in could not be renewed. {page} It is tried again by itself.',
  'troubles.renew.refused': 'The issuer did not renew its sign-in (status {status}). It is tried again by itself.',
  'troubles.renew.unreachable':
    'The issuer could not be reached to renew its sign-in. It is tried again by itself; check the network and the proxy.',
  'troubles.renew.unstored': 'Its sign-in was renewed and cannot be stored. {why} It is tried again.',
  'troubles.way':
    'Its way out of this machine led nowhere: {why}. Accounts that go another way are asked first; check its proxy.',
  'troubles.quota.unreachable':
    'The quota could not be read: upstream could not be reached. Check the network and the proxy.',
  'troubles.quota.refused':
    'Upstream refused to tell the quota (status {status}). If turns are refused too, sign in again.',
  'troubles.quota.untold': 'Upstream could not tell the quota (status {status}). Try again later.',
  'troubles.quota.nothing': "Upstream's answer says nothing of this account's quota. Try again later.",
  'troubles.http.no-websockets': 'Upstream has no websockets for it.',
  'troubles.http.unreachable': 'A websocket could not be opened.',
  'troubles.http.refused': 'Upstream refused its websockets again and again.',
  'troubles.said': 'Upstream says that {what}. {mend}',
  'troubles.said.about': 'Upstream says that {what} ({scope}). {mend}',
  'troubles.said.more': '{named} and {more} more',
  'troubles.said.words': '{said} Its words: {words}',
  'troubles.deactivated': 'this account or its workspace is deactivated',
  'troubles.deactivated.mend': 'Ask its owner or OpenAI, then sign in again or try again here.',
  'troubles.unpaid': 'this account has a payment that is due',
  'troubles.unpaid.mend': 'Settle it at chatgpt.com, then try again here.',
  'troubles.plan': 'the plan of this account does not include Codex',
  'troubles.plan.mend': 'Change the plan at chatgpt.com, then try again here.',
  'troubles.region': 'it does not serve this account in the country or region that this machine is seen in',
  'troubles.region.mend': 'Check the network, a VPN and the proxy, then try again here.',
  'troubles.sign-in': 'it does not take the sign-in of this account, not even just renewed',
  'troubles.sign-in.mend': 'Sign in again.',
  'troubles.refused': 'this account may not do this',
  'troubles.refused.mend': 'It is tried again by itself; other accounts are used first.',
  'troubles.challenged': 'Cloudflare, which stands before it, wants to check this machine',
  'troubles.challenged.mend': 'Check the network, a VPN and the proxy; it is tried again by itself.',
  'troubles.model': 'this account does not have the model',
  'troubles.model.mend': 'Other accounts are asked first for it.',
  'troubles.bucket': 'the limit of this model on the account is reached',
  'troubles.bucket.mend': 'Its other models go on.',
} as const;
