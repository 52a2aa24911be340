import type { problemsWords as english } from '../en/problems.ts';
import type { SameIds } from '../message.ts';

export const problemsWords: SameIds<typeof english> = {
  'problems.setting': 'settings.json 中的 "{name}" 无效（{why}），已使用默认值。请在设置中重新设置，或修复该文件。',
  'problems.key': 'settings.json 中的 API 密钥无效，已生成新的密钥。请重新设置客户端，或恢复原来的密钥。',
  'problems.newer':
    'settings.json 来自更新版本的 Slipstream（版本 {version}）：已尽可能读取，更改前会先备份。请更新 Slipstream。',
  'problems.aside': '无法读取的设置已另存为 {path}。不再需要时可删除该文件。',
  'problems.edited':
    '运行期间 settings.json 被改动，而 Slipstream 以自己的设置为准：当时的内容已另存为 {path}。请在 Slipstream 停止后修改该文件，不再需要时可删除副本。',
  'problems.traces.memory': '请求仅保存在内存中，因为无法使用磁盘：{why}。会自动重试。',
  'problems.traces.newer': '{newer} 来自更新版本的 Slipstream，未作改动：请求保存在 {path} 中。',
  'problems.traces.waiting': '请求正等待写入磁盘：{why}。会自动重试。',
  'problems.traces.stopped': '目前无法保存请求：{why}。会自动重试；如仍无效，请重新启动 Slipstream。',
  'problems.file.newer':
    '{path} 由更新版本的 Slipstream 写入，未作改动：{meaning}。请更新 Slipstream，或删除该文件后重新启动。',
  'problems.file.refused': '无法读取 {path}：{why}。未作改动：{meaning}。请排除原因，然后重新启动 Slipstream。',
  'problems.file.damaged': '{path} 已损坏，仍在原处：{meaning}。请删除该文件，然后重新启动 Slipstream。',
  'problems.file.aside': '{path} 未能完整读取，原有内容已另存为 {aside}：{meaning}。不再需要时可删除该副本。',
  'problems.folder.gone':
    '数据目录 {path} 在 Slipstream 运行期间被移除或替换：目前不会保存任何内容，续期的登录会在程序结束时丢失。请恢复该目录，或重新启动 Slipstream。',
  'problems.folder.refused':
    '目前无法写入数据目录 {path}：{why}。在恢复之前不会保存任何新内容，续期的登录会在 Slipstream 结束时丢失。',
  'problems.rule.originator': '须为一个纯 ASCII 单词，最多 100 个字符',
  'problems.rule.proxy': '须为 http://、https://、socks5:// 或 socks5h:// 地址',
  'problems.rule.shortcut': '须为类似 Control+Alt+F 的按键，其中含 Control、Alt 或 Super',
  'problems.rule.collector': '须为收集器的 http:// 或 https:// 地址，不含用户名和密码',
  'problems.rule.origins': '须为来源列表，例如 https://app.example',
  'problems.rule.number': '须为 {min} 到 {max} 的整数',
  'problems.rule.kind':
    '须为{kind, select, boolean { true 或 false} string {文本} number {数字} int {整数} array {列表} object {对象} other { {kind} 类型}}',
  'problems.rule.choice': '须为以下之一：{choices}',
  'problems.rule.other': '不是此设置可用的值',
  'problems.meaning.coins': '为对话决定服务层级的硬币结果已丢失',
  'problems.meaning.sessions': '对话在上游将使用新的 ID',
  'problems.meaning.learned': '其中关于 Codex 客户端的内容将重新学习',
  'problems.meaning.browsers': '其中的浏览器需要新的链接',
  'problems.meaning.keys': '其中无法读取的 API 密钥不再有效',
  'problems.meaning.accounts': '在重新登录或恢复该文件之前，其中的账号不可用',
  'problems.meaning.clients': '其中记录的客户端设置无法在此撤销',
};
