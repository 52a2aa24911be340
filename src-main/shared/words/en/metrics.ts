/** Metrics and traces for tools of the user's own. */
export const metricsWords = {
  'metrics.title': 'Metrics',
  'metrics.switch': 'Count turns for Prometheus',
  'metrics.help':
    'On {url}, for who has the token below or an API key. Figures alone: nothing of what is said, no e-mail address.',
  'metrics.copyToken': 'Copy token',
  'metrics.renew': 'Make a new token',
  'metrics.renewed': 'The old token opens nothing any more.',
  'metrics.token': 'Metrics token',
  'metrics.collector': 'Collector for traces',
  'metrics.collectorHelp':
    'Base address for OpenTelemetry (OTLP over HTTP): a span of each turn goes there, without anything that is said. Empty: nothing is sent.',
  'metrics.collectorWrong': 'It has to be the http:// or https:// address of a collector, without user and password.',
} as const;
