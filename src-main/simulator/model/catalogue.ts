/** The model catalogue as `GET /models?client_version=` gives it, and what the validator asks about a model. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import { type ModelRow, modelRows } from './catalogue-data.ts';

const effortTexts: Record<string, string> = {
  low: 'Quick, little reasoning',
  medium: 'Balanced',
  high: 'More reasoning',
  xhigh: 'Much reasoning',
  max: 'All the reasoning there is',
  ultra: 'All of it, and helpers',
};

/** One entry in the shape client 0.169 parses (members as `codex debug models` prints them). */
function entryOf(row: ModelRow): JsonObject {
  return {
    slug: row.slug,
    display_name: row.name,
    description: `${row.name}, simulated`,
    default_reasoning_level: row.defaultEffort,
    supported_reasoning_levels: row.efforts.map((effort) => ({ effort, description: effortTexts[effort] ?? effort })),
    shell_type: 'unified_exec',
    visibility: row.hidden ? 'hide' : 'list',
    supported_in_api: true,
    priority: row.priority,
    additional_speed_tiers: row.fast ? ['fast'] : [],
    service_tiers: row.fast ? [{ id: 'priority', name: 'Fast', description: row.fast }] : [],
    ...(row.defaultTier ? { default_service_tier: row.defaultTier } : {}),
    availability_nux: null,
    upgrade: null,
    base_instructions: `You are ${row.name}, a simulated coding agent.`,
    include_skills_usage_instructions: false,
    include_plugin_usage_instructions: false,
    include_apps_usage_instructions: false,
    supports_reasoning_summaries: true,
    default_reasoning_summary: 'none',
    support_verbosity: true,
    default_verbosity: 'low',
    apply_patch_tool_type: 'freeform',
    web_search_tool_type: 'text_and_image',
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    supports_parallel_tool_calls: !row.lite,
    supports_image_detail_original: true,
    context_window: row.context,
    max_context_window: row.maxContext,
    comp_hash: row.lite ? '3000' : '2911',
    effective_context_window_percent: 95,
    experimental_supported_tools: [],
    input_modalities: ['text', 'image'],
    supports_search_tool: true,
    supports_experimental_context: false,
    use_responses_lite: row.lite,
    supports_reasoning_effort_updates: false,
    node_repl_auto_review_required: false,
    node_repl_disabled: false,
    ...(row.minimalVersion ? { minimal_client_version: row.minimalVersion } : {}),
    ...(row.lite ? { tool_mode: 'code_mode_only', multi_agent_version: 'v2' } : {}),
  };
}

export interface Catalogue {
  /** The body of `GET /models` for a client of that version. */
  bodyFor(clientVersion: string): string;
  /** With its quotes, for the ETag header; `x-models-etag` carries the same. */
  readonly etag: string;
  model(slug: string): ModelRow | undefined;
  hasTier(slug: string, tier: string): boolean;
}

/** Compares by the numbers alone. */
function isAtLeast(version: string, least: string): boolean {
  const [ours, wanted] = [version, least].map((text) => (text.match(/\d+/g) ?? []).map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (ours?.[part] ?? 0) - (wanted?.[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Builds the catalogue; `without` leaves models out, `minimalVersions` says from which client version a model is listed. */
export function buildCatalogue(
  without: readonly string[] = [],
  minimalVersions: Readonly<Record<string, string>> = {},
): Catalogue {
  const rows = modelRows
    .filter((row) => !without.includes(row.slug))
    .map((row): ModelRow => {
      const minimalVersion = minimalVersions[row.slug];
      return minimalVersion === undefined ? row : { ...row, minimalVersion };
    });
  const listed = rows.filter((row) => !row.unlisted);
  const bodyFor = (clientVersion: string) =>
    JSON.stringify({
      models: listed
        .filter(({ minimalVersion }) => minimalVersion === undefined || isAtLeast(clientVersion, minimalVersion))
        .map(entryOf),
    });
  const whole = JSON.stringify({ models: listed.map(entryOf) });
  const bySlug = new Map(rows.map((row) => [row.slug, row]));
  return {
    bodyFor,
    etag: `"${createHash('sha256').update(whole).digest('hex').slice(0, 32)}"`,
    model: (slug) => bySlug.get(slug),
    hasTier: (slug, tier) => tier === 'priority' && bySlug.get(slug)?.fast !== undefined,
  };
}
