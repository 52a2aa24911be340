import type { clientModesWords as english } from '../en/client-modes.ts';
import type { SameIds } from '../message.ts';

export const clientModesWords: SameIds<typeof english> = {
  'clients.codex.provider': '作为提供商',
  'clients.codex.provider.hint': 'Codex 中无需登录 ChatGPT；每个轮次都带着 Slipstream 的密钥发送到这里。',
  'clients.codex.login': '与 ChatGPT 登录并存',
  'clients.codex.login.hint': 'Codex 保留自己的登录、模型列表和账号页面；它的轮次发送到 Slipstream。',
  'clients.claudeCode.env': '用于每个会话',
  'clients.claudeCode.env.hint':
    'Claude Code 的每个会话都会发送到 Slipstream 并使用其模型；/model 可在大小模型之间切换。这里没有 Anthropic 服务器上的自动模式安全检查：按此设置，Claude Code 会改为询问你的模型。若某个版本不再这样做，它会停下并说明；届时请使用其他权限模式或 permissions.allow 规则。',
  'clients.opencode.provider': '作为提供商',
  'clients.opencode.provider.hint': '添加名为 Slipstream 的提供商及其模型；在 opencode 中用 /models 选择其一。',
  'clients.continue.config': 'config.yaml',
  'clients.continue.config.hint':
    '把模型添加到你自己的模型旁边；在 Continue 中选择其一。它的编辑器扩展和终端读取同一个文件。',
  'clients.cline.settings': 'providers.json',
  'clients.cline.settings.hint':
    '用于终端中的 Cline，以及版本已共用此文件的编辑器扩展；其他版本请在 Cline 设置中选择“OpenAI Compatible”作为提供商，并填入片段中的内容。',
  'clients.qwenCode.settings': 'settings.json',
  'clients.qwenCode.settings.hint': '把模型添加到你自己的模型旁边，并选择第一个；/model 可在其间切换。',
  'clients.aider.config': '.aider.conf.yml',
  'clients.aider.config.hint':
    '用于没有自己的 .aider.conf.yml 的所有项目。其他模型的名称前同样要加 openai/；用 /model 更改。',
  'clients.zed.settings': 'settings.json',
  'clients.zed.settings.hint':
    '添加名为 Slipstream 的提供商。Zed 把密钥保存在系统钥匙串中：请在其智能体设置的 LLM 提供商里为 Slipstream 输入一次 API 密钥。',
  'clients.vscodeCopilot.models': 'chatLanguageModels.json',
  'clients.vscodeCopilot.models.hint':
    'VS Code 1.122 或更新版本：运行“Chat: Open Language Models (JSON)”，把此条目加入列表。',
  'clients.jetbrainsAi.fields': '字段',
  'clients.jetbrainsAi.fields.hint':
    '在 AI Assistant 设置的模型与 API 密钥部分，用这些内容添加一个 OpenAI 兼容的提供商。',
  'clients.cursor.fields': '字段',
  'clients.cursor.fields.hint':
    '发出请求的是 Cursor 的服务器而非编辑器，它们无法访问此地址。只有你自己架设通到这里的 HTTPS 隧道才能使用，而那会把你的账号开放给任何持有密钥的人：不建议。Tab 补全和部分智能体功能仍由 Cursor 提供。',
  'clients.generic.environment': 'OpenAI 环境变量',
  'clients.generic.environment.hint':
    '用于 shell；OpenAI 的库和大多数工具会读取。它们会自行加上 /responses 或 /chat/completions。',
  'clients.generic.environment-anthropic': 'Anthropic 环境变量',
  'clients.generic.environment-anthropic.hint':
    '用于 shell；Anthropic 的库会读取。其地址没有 /v1，因为它们会自行加上 /v1/messages。',
  'clients.generic.fields': '字段',
  'clients.generic.fields.hint': '用于要求填写 Base URL 和密钥的客户端：填哪一个取决于其 API。',
  'clients.generic.curl': 'curl',
  'clients.generic.curl.hint': '经由 Responses 的一个轮次，用来确认可以工作。',
};
