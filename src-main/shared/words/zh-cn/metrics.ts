import type { metricsWords as english } from '../en/metrics.ts';
import type { SameIds } from '../message.ts';

export const metricsWords: SameIds<typeof english> = {
  'metrics.title': '指标',
  'metrics.switch': '为 Prometheus 统计轮次',
  'metrics.help': '地址为 {url}，凭下面的令牌或 API 密钥访问。只有数字：不含任何对话内容，也不含邮箱地址。',
  'metrics.copyToken': '复制令牌',
  'metrics.renew': '生成新令牌',
  'metrics.renewed': '旧令牌已失效。',
  'metrics.token': '指标令牌',
  'metrics.collector': '追踪收集器',
  'metrics.collectorHelp':
    'OpenTelemetry（OTLP over HTTP）的基础地址：每个轮次会发送一个 span，不含任何对话内容。留空则不发送。',
  'metrics.collectorWrong': '必须是收集器的 http:// 或 https:// 地址，不带用户名和密码。',
};
