import type { problemsWords as english } from '../en/problems.ts';
import type { SameIds } from '../message.ts';

export const problemsWords: SameIds<typeof english> = {
  'problems.setting': 'settings.json 中的 "{name}" 无效（{why}），已使用默认值。请在设置中重新设置，或修复该文件。',
  'problems.key': 'settings.json 中的 API key 无效，已生成新的密钥。请重新设置客户端，或恢复原来的密钥。',
  'problems.newer': '设置来自更新版本的 Slipstream（版本 {version}），已尽可能读取。',
  'problems.aside': '无法读取的设置已另存为 {path}。不再需要时可删除该文件。',
};
