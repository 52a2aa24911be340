import type { autostartWords as english } from '../en/autostart.ts';
import type { SameIds } from '../message.ts';

export const autostartWords: SameIds<typeof english> = {
  'autostart.headless': '无界面的 Slipstream 不会自行启动。请使用桌面应用，或系统的服务。',
  'autostart.demo': '演示模式不会在登录系统时启动。',
  'autostart.sources': '只有已安装的应用才能在登录系统时启动；当前从源码运行。',
  'autostart.none': '此系统不支持登录时启动。',
  'autostart.mac': 'macOS 在登录时以默认的目录和端口启动应用；当前使用的是自定义的目录和端口。',
};
