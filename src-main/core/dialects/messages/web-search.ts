import { isJsonObject, type Json, type JsonObject, objectMember, textMember } from '../../json.ts';

/** What was searched for: one query, or several at once. */
function queryOf({ query, queries }: JsonObject): string {
  if (typeof query === 'string') return query;
  return Array.isArray(queries) ? queries.filter((one: Json) => typeof one === 'string').join('; ') : '';
}

/** A search that upstream made, as the two blocks Anthropic's own search leaves; null for what is no search. */
export function webSearchBlocks(item: JsonObject): readonly [JsonObject, JsonObject] | null {
  const action = objectMember(item, 'action');
  if (action?.type !== 'search') return null;
  const id = `srvtoolu_${textMember(item, 'id') ?? ''}`;
  const caller = { type: 'direct' };
  const sources: readonly Json[] = Array.isArray(action.sources) ? action.sources : [];
  const results = sources.filter(isJsonObject).map((source) => ({
    type: 'web_search_result',
    url: textMember(source, 'url') ?? '',
    title: textMember(source, 'title') ?? textMember(source, 'url') ?? '',
    encrypted_content: '',
    page_age: null,
  }));
  return [
    { type: 'server_tool_use', id, name: 'web_search', input: { query: queryOf(action) }, caller },
    { type: 'web_search_tool_result', tool_use_id: id, content: results, caller },
  ];
}

/** The way back: a search that a client was told of, as Codex says it again; null for every other block. */
export function webSearchCall({ type, name, input }: JsonObject): JsonObject | null {
  const query = isJsonObject(input) ? textMember(input, 'query') : null;
  if (type !== 'server_tool_use' || name !== 'web_search' || query === null) return null;
  return { type: 'web_search_call', status: 'completed', action: { type: 'search', query } };
}

/** Where a text says it has something from; null for other notes on a text. */
export function citation(annotation: JsonObject | null): JsonObject | null {
  if (annotation?.type !== 'url_citation') return null;
  const url = textMember(annotation, 'url') ?? '';
  // Never null: the AI SDK gives up a whole answer over it.
  const title = textMember(annotation, 'title') ?? url;
  return { type: 'web_search_result_location', cited_text: '', encrypted_index: '', title, url };
}
