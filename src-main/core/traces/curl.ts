import type { Dialect, TraceDetail } from '../../shared/model.ts';
import { parseJsonObject } from '../json.ts';

/** Made by curl or by the connection; or a credential, which the key stands in for. */
const notRepeated =
  /^(host|connection|upgrade|content-length|content-encoding|accept-encoding|transfer-encoding|te|expect|authorization|proxy-authorization|x-api-key|cookie|origin|sec-websocket-.*)$/i;

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The client's request as a curl command to this Slipstream; the key comes from `$SLIPSTREAM_KEY`. */
export function curlCommand(detail: TraceDetail, baseUrl: string): string {
  const { path, headers, body } = detail.clientRequest;
  const { dialect } = detail.row;
  const repeated = headers.filter(([name, value]) => !notRepeated.test(name) && !value.includes('<redacted>'));
  const hasType = repeated.some(([name]) => name.toLowerCase() === 'content-type');
  const lines = [
    `curl -N ${quoted(`${baseUrl}${path}`)}`,
    `-H "Authorization: Bearer $SLIPSTREAM_KEY"`,
    ...(hasType ? [] : [`-H 'content-type: application/json'`]),
    ...repeated.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-raw ${quoted(body === null ? lostBody(dialect) : postBody(body))}`,
  ];
  return lines.join(' \\\n  ');
}

/** Stands where the body is no longer kept. */
function lostBody(dialect: Dialect): string {
  const text = 'the body is no longer kept';
  const said = dialect === 'responses' ? { input: text } : { messages: [{ role: 'user', content: text }] };
  return JSON.stringify({ model: '…', ...said, stream: true });
}

/** A websocket's frame as the body of a POST. */
function postBody(body: string): string {
  const frame = parseJsonObject(body);
  if (frame?.type !== 'response.create') return body;
  const { type: _type, ...members } = frame;
  return JSON.stringify({ ...members, stream: true });
}
