import type { waysWords as english } from '../en/ways.ts';
import type { SameIds } from '../message.ts';

export const waysWords: SameIds<typeof english> = {
  'ways.proxy': '代理',
  'ways.asInSettings': '与设置相同',
  'ways.proxyHelp': '此账号自己的出口：http://、https://、socks5:// 或 socks5h://，可带用户名和密码。留空则按设置。',
  'ways.wrong': '必须是 http://、https://、socks5:// 或 socks5h:// 地址。',
  'ways.signIn': '使用单独的代理',
  'ways.signInHelp': '账号经它登录，之后也一直用它；浏览器走自己的网络。',
  'ways.certificates': '证书文件',
  'ways.certificatesHelp': 'PEM 文件的完整路径，其中的证书与系统自带的证书一同受信任：用于代理会解开 TLS 的网络。',
  'ways.test': '测试',
  'ways.testing': '正在测试…',
  'ways.straight': '直连，不经代理。',
  'ways.through':
    '经 {proxy}（{by, select, account {账号自己的代理} settings {设置中的代理} environment {HTTPS_PROXY} other {系统代理}}）。',
  'ways.reached': '{host}：{took} 后有应答。',
  'ways.failed': '{host}：{problem}',
  'ways.credentials': '代理要求用户名和密码，或不接受所给的。',
  'ways.closed': '代理拒绝建立连接（{detail}）。',
  'ways.untrusted': '证书的签发者不受信任（{detail}）。如果代理会解开 TLS，请在设置中填写它的证书文件。',
  'ways.name': '无法解析名称（{detail}）。',
  'ways.refused': '那里没有程序在监听：连接被拒绝（{detail}）。',
  'ways.network': '网络不通（{detail}）。',
  'ways.timeout': '未及时应答。',
  'ways.other': '失败：{detail}。',
};
