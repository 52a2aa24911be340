import { cutText } from '../../../shared/cut-text.ts';
import { SlipstreamError } from '../../../shared/errors.ts';
import { ownMember } from '../../../shared/own-member.ts';
import { fastTiers, tierAsked } from '../../../shared/tiers.ts';
import { tell } from '../../../shared/words/told.ts';
import type { Told } from '../../../shared/words/told-text.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import { readLimits } from '../answer-limits.ts';
import { checkCallPairs } from '../call-pairs.ts';
import { ChangeNotes } from '../change-notes.ts';
import { roughInput } from '../input-tokens.ts';
import { invalidRequest, requireModel } from '../request-json.ts';
import type { ReadContext, TranslatedTurn } from '../translation.ts';
import { askedReasoning } from './effort.ts';
import { MessagesTranslator } from './events.ts';
import { inputItems } from './input.ts';
import { outputFormat } from './output-format.ts';
import { sessionOf } from './session.ts';
import { translateTools } from './tools.ts';

/** Members that are translated; every other has no place upstream. */
const translated = new Set([
  ...['model', 'messages', 'system', 'stream', 'tools', 'tool_choice', 'thinking', 'output_config', 'output_format'],
  ...['speed', 'service_tier', 'metadata', 'stop_sequences', 'max_tokens'],
]);

/** Upstream has no Claude models: an error that says which there are helps more than its refusal. */
function checkModel(model: string, { efforts, offered }: ReadContext): void {
  if (!model.startsWith('claude-') || efforts(model) !== null) return;
  throw new SlipstreamError('model_unknown', {
    message: `model: ${model}. Upstream has no such model; it has ${offered().join(', ')}. In Claude Code, set ANTHROPIC_MODEL and the ANTHROPIC_DEFAULT_…_MODEL variables to one of them.`,
  });
}

function tierMembers({ speed, service_tier: tier }: JsonObject, notes: ChangeNotes): JsonObject {
  const speedTier = fastTiers.find(({ word }) => word === speed);
  if (speedTier !== undefined) {
    notes.add('speed', 'set', tell('why.messages.speed', { tier: speedTier.id }));
    return { service_tier: speedTier.id };
  }
  // Upstream's are taken, Anthropic's own are not.
  if (tierAsked(tier) !== null) return { service_tier: tier };
  if (tier !== undefined && tier !== null) notes.add('service_tier', 'dropped', tell('why.messages.tier'));
  return {};
}

/** Members whose loss a user feels elsewhere, with what becomes of it. */
const droppedWhy: Readonly<Record<string, Told>> = {
  safeguards: tell('why.messages.safeguards'),
};

function noteDropped(body: JsonObject, notes: ChangeNotes): void {
  for (const [name, value] of Object.entries(body)) {
    const shown = cutText(name, 60);
    if (!translated.has(name) && value !== undefined && value !== null)
      notes.add(shown, 'dropped', ownMember(droppedWhy, name) ?? tell('why.messages.member', { member: shown }));
  }
}

/** Reads `POST /v1/messages` (PROTOCOL.md, Other dialects). Throws as `readMessages`, and `request_invalid` for a tool call without result. */
export function readMessagesTurn(client: JsonObject, context: ReadContext): TranslatedTurn {
  // Without it the model would go on with the conversation that is to be summed up.
  if (isJsonObject(client.compaction))
    throw invalidRequest('"compaction" is made by Anthropic’s servers alone: ask for a summary in a message instead.');
  const turn = readMessages(client, context);
  checkCallPairs(turn.body.input);
  return turn;
}

/** The same of a part of a conversation, such as clients have counted. Throws `request_invalid`, `model_unknown` or `thread_unsupported`. */
export function readMessages(client: JsonObject, context: ReadContext): TranslatedTurn {
  const model = requireModel(client);
  // To leave it out would leave out what was said before.
  if (isJsonObject(client.thread)) throw new SlipstreamError('thread_unsupported');
  checkModel(model, context);
  const notes = new ChangeNotes();
  notes.add('messages', 'set', tell('why.chat.messages'));
  const { names, members } = translateTools(client, notes);
  const { reasoning, showsThinking } = askedReasoning(client, notes);
  const text = outputFormat(client, notes);
  const session = sessionOf(client, context.headers);
  if (session !== null) notes.add('metadata.user_id', 'set', tell('why.messages.session'));
  else if (client.metadata !== undefined) notes.add('metadata', 'dropped', tell('why.messages.metadata'));
  noteDropped(client, notes);
  const limits = readLimits(client, { stops: 'stop_sequences', maxTokens: ['max_tokens'], leastTokens: 0 }, notes);
  const stream = client.stream === true;
  const body = {
    model,
    input: inputItems(client, names, notes),
    ...members,
    ...(reasoning === null ? {} : { reasoning }),
    ...(text === null ? {} : { text }),
    ...tierMembers(client, notes),
    ...(session === null ? {} : { prompt_cache_key: session }),
  };
  return {
    body,
    stream,
    changes: notes.changes,
    limits,
    translator: () =>
      new MessagesTranslator({
        model,
        names,
        showsThinking,
        keepsAnswer: !stream,
        inputTokens: () => roughInput(body),
      }),
  };
}
