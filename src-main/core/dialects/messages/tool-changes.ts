import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, objectMember, textMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';

/** One block that says from here on there is a tool more, or one less. */
interface ToolChange {
  readonly block: JsonObject;
  readonly path: string;
}

/** Whether a block changes the tools. */
function isToolChange({ type }: JsonObject): boolean {
  return type === 'tool_addition' || type === 'tool_removal';
}

function changesIn(blocks: Json | undefined, path: string): ToolChange[] {
  if (!Array.isArray(blocks)) return [];
  return blocks.flatMap((block: Json, index): ToolChange[] => {
    if (!isJsonObject(block)) return [];
    const at = `${path}[${index}]`;
    if (isToolChange(block)) return [{ block, path: at }];
    return block.type === 'compaction' ? changesIn(block.tool_changes, `${at}.tool_changes`) : [];
  });
}

function nameOf(tool: Json): string | null {
  return isJsonObject(tool) ? textMember(tool, 'name') : null;
}

/** The tool that an addition brings: its definition, or the entry of `tools` that it names. */
function added(tool: JsonObject, listed: readonly Json[]): Json | undefined {
  if (tool.type === 'tool_definition') return objectMember(tool, 'definition') ?? undefined;
  return tool.type === 'tool_reference' ? listed.find((one) => nameOf(one) === nameOf(tool)) : undefined;
}

/**
 * A request's tools with what its conversation changes of them: upstream has one list for all of it. Those that wait to be loaded
 * are in it from the beginning.
 */
export function toolsInEffect({ tools, messages }: JsonObject, notes: ChangeNotes): Json | undefined {
  const changes = (Array.isArray(messages) ? messages : []).flatMap((message: Json, index) =>
    isJsonObject(message) ? changesIn(message.content, `messages[${index}].content`) : [],
  );
  if (changes.length === 0 || (tools !== undefined && tools !== null && !Array.isArray(tools))) return tools;
  const listed: readonly Json[] = Array.isArray(tools) ? tools : [];
  let inEffect = listed;
  for (const { block, path } of changes) {
    const tool = objectMember(block, 'tool') ?? {};
    const isRemoval = block.type === 'tool_removal' && tool.type === 'tool_reference';
    const brought = block.type === 'tool_addition' ? added(tool, listed) : undefined;
    if (!isRemoval && brought === undefined) {
      notes.add(path, 'dropped', tell('why.messages.toolChange.unknown'));
      continue;
    }
    notes.add(path, 'set', tell('why.messages.toolChange'));
    const name = nameOf(isRemoval ? tool : (brought ?? null));
    const others = inEffect.filter((one) => nameOf(one) !== name);
    // One that is there already keeps its place.
    if (isRemoval) inEffect = others;
    else if (brought !== undefined && !inEffect.includes(brought)) inEffect = [...others, brought];
  }
  return inEffect;
}
