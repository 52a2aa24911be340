import { tell } from '../../../shared/words/told.ts';
import { type JsonObject, objectMember } from '../../json.ts';
import { readLimits } from '../answer-limits.ts';
import { ChangeNotes } from '../change-notes.ts';
import { invalidRequest, requireModel } from '../request-json.ts';
import { ToolNames } from '../tool-names.ts';
import type { TranslatedTurn } from '../translation.ts';
import { ChatTranslator } from './events.ts';
import { translateFields } from './fields.ts';
import { translateMessages } from './messages.ts';
import { translateTools } from './tools.ts';

/**
 * Reads a Chat Completions request as a Responses turn (PROTOCOL.md, Other dialects).
 * Throws `request_invalid` for what cannot be said upstream at all.
 */
export function readChatTurn(chat: JsonObject): TranslatedTurn {
  const model = requireModel(chat);
  requireMessages(chat);
  const notes = new ChangeNotes();
  const names = new ToolNames();
  // Some clients send the flag as a text.
  const stream = chat.stream === true || chat.stream === 'true';
  notes.add('messages', 'set', tell('why.chat.messages'));
  const tools = translateTools(chat, names, notes);
  const limits = readLimits(chat, { stops: 'stop', maxTokens: ['max_tokens', 'max_completion_tokens'] }, notes);
  const body: JsonObject = {
    model,
    ...translateFields(chat, notes),
    input: translateMessages(chat.messages, names, notes),
    ...tools.body,
    stream,
  };
  return {
    body,
    stream,
    changes: notes.changes,
    limits,
    translator: () =>
      new ChatTranslator({
        model,
        keepsAnswer: !stream,
        includeUsage: objectMember(chat, 'stream_options')?.include_usage === true,
        isLegacy: tools.isLegacy,
        clientToolName: (name) => names.client(name),
      }),
  };
}

function requireMessages({ messages, input }: JsonObject): void {
  if (Array.isArray(messages) && messages.length > 0) return;
  const hint = input === undefined ? '' : ' A body with "input" goes to /v1/responses.';
  throw invalidRequest(`"messages" must be a list with at least one message.${hint}`);
}
