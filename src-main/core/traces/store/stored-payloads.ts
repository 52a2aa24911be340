/** Texts of frames from their JSON. */
export function storedPayloads(json: string | null): readonly (string | null)[] {
  const parsed: unknown = json === null ? [] : JSON.parse(json);
  return Array.isArray(parsed) ? parsed.map((text) => (typeof text === 'string' ? text : null)) : [];
}
