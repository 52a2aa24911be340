import { cutText } from '../../shared/cut-text.ts';
import { headerValue, type RawHeaders } from '../headers.ts';
import { isJsonObject, type JsonObject, objectMember, parseJsonObject, textMember } from '../json.ts';

/** What a request says of who works in its conversation; names as its client writes them. */
export interface AgentFacts {
  /** The conversation that called it, or that all of its kind belong to; null where it says none. */
  readonly parentId: string | null;
  /** A sub-agent's name or kind; null for the user's own. */
  readonly agent: string | null;
  /** The folder it works in: the first of its workspaces, which are named by their folders, or its working directory. */
  readonly project: string | null;
}

const maxChars = 200;
/** Longer metadata is not read: the official client's has less than a kilobyte. */
const maxMetadataChars = 16 * 1024;

/**
 * Reads the turn metadata of Codex clients (PROTOCOL.md, Websocket), whose sub-agents have threads of their own, and the headers
 * of Claude Code, whose sub-agents share its session.
 */
export function agentFacts(headers: RawHeaders, body: JsonObject | undefined): AgentFacts {
  const members = objectMember(body, 'client_metadata');
  const text = textMember(members, 'x-codex-turn-metadata') ?? headerValue(headers, 'x-codex-turn-metadata') ?? '';
  // Most clients have none: a text that is no JSON costs as much as a long one that is.
  const metadata = text === '' || text.length > maxMetadataChars ? null : parseJsonObject(text);
  const short = (value: string | null): string | null =>
    value === null || value.trim() === '' ? null : cutText(value, maxChars);
  const said = (name: string) =>
    metadata === null && members === null
      ? null
      : (short(textMember(metadata, name)) ?? short(textMember(members, name)));
  const header = (name: string) => short(headerValue(headers, name));
  const [sessionId, threadId] = [said('session_id'), said('thread_id')];
  const claudeAgent = header('x-claude-code-agent-id');
  const workspaces = metadata?.workspaces;
  const [folder = null] = isJsonObject(workspaces) ? Object.keys(workspaces) : [];
  const [name, source] = [said('agent_name'), said('thread_source')];
  return {
    parentId:
      said('parent_thread_id') ??
      said('x-codex-parent-thread-id') ??
      header('x-codex-parent-thread-id') ??
      (threadId === null || sessionId === threadId ? null : sessionId) ??
      (claudeAgent === null ? null : header('x-claude-code-session-id')),
    agent:
      (name === '/root' ? null : name) ??
      said('subagent_kind') ??
      said('x-openai-subagent') ??
      header('x-openai-subagent') ??
      (source === 'user' ? null : source) ??
      claudeAgent,
    project: short(folder) ?? said('cwd'),
  };
}
