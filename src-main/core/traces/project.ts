import { headerValue, type RawHeaders } from '../headers.ts';
import { isJsonObject, type JsonObject, objectMember, parseJsonObject, textMember } from '../json.ts';

const metadataName = 'x-codex-turn-metadata';
const maxProjectChars = 300;

/**
 * The folder a Codex client works in: the first of its turn metadata's `workspaces`, which are named by their folders, or its
 * `cwd`; null where it says neither. Over a websocket the metadata lies in the frame, else in a header.
 */
export function projectOf(headers: RawHeaders, body: JsonObject | undefined): string | null {
  const metadata =
    textMember(objectMember(body, 'client_metadata'), metadataName) ?? headerValue(headers, metadataName);
  if (metadata === null) return null;
  const said = parseJsonObject(metadata);
  const workspaces = said?.workspaces;
  const [first] = isJsonObject(workspaces) ? Object.keys(workspaces) : [];
  const folder = first ?? textMember(said, 'cwd') ?? '';
  return folder === '' ? null : folder.slice(0, maxProjectChars);
}
