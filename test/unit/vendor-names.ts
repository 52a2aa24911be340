/** The vendors' own types that answers are held against, from their published packages. */

import type { Message, MessageTokensCount, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import type { ModelInfo } from '@anthropic-ai/sdk/resources/models';
import type { ErrorObject as AnthropicErrorObject } from '@anthropic-ai/sdk/resources/shared';
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { Model, ModelsPage } from 'openai/resources/models';
import type { InputTokenCountResponse } from 'openai/resources/responses/input-tokens';
import type { ResponseStreamEvent, ResponsesServerEvent } from 'openai/resources/responses/responses';
import type { ErrorObject } from 'openai/resources/shared';

export type ModelList = { object: 'list'; data: Model[] };
export type ModelInfoList = { data: ModelInfo[]; has_more: boolean; first_id: string | null; last_id: string | null };
export type ErrorBody = { error: ErrorObject };
export type AnthropicErrorBody = { type: 'error'; error: AnthropicErrorObject; request_id: string | null };
export type {
  AnthropicErrorObject,
  ChatCompletion,
  ChatCompletionChunk,
  CompletionUsage,
  ErrorObject,
  InputTokenCountResponse,
  Message,
  MessageTokensCount,
  Model,
  ModelInfo,
  ModelsPage,
  RawMessageStreamEvent,
  ResponseStreamEvent,
  ResponsesServerEvent,
};
