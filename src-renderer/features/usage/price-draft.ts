import type { UsagePrices } from '../../../src-main/shared/usage.ts';
import type { PriceRow } from '../../../src-main/shared/usage-price.ts';

/** A row of prices as it is typed. */
export interface DraftRow {
  readonly id: number;
  readonly model: string;
  readonly tier: string | null;
  readonly input: string;
  readonly cached: string;
  readonly output: string;
}

const mostAmount = 1_000_000;

/** The prices that are set, to be edited; one empty row where there are none. */
export function draftOf(rows: readonly PriceRow[]): readonly DraftRow[] {
  if (rows.length === 0) return [emptyRow([])];
  return rows.map(({ model, tier, input, cached, output }, id) => ({
    id,
    model,
    tier,
    input: String(input),
    cached: String(cached),
    output: String(output),
  }));
}

/** One more row. */
export function emptyRow(rows: readonly DraftRow[]): DraftRow {
  const id = Math.max(-1, ...rows.map((row) => row.id)) + 1;
  return { id, model: '', tier: null, input: '', cached: '', output: '' };
}

/** What was typed as prices; rows that nothing was typed into are left out. Null where something is no price. */
export function pricesOf({
  isShown,
  currency,
  rows,
}: Pick<UsagePrices, 'isShown' | 'currency'> & { readonly rows: readonly DraftRow[] }): UsagePrices | null {
  const typed = rows.filter(isTyped);
  const priced = typed.flatMap(({ model, tier, ...texts }) => {
    const [input, cached, output] = [amount(texts.input), amount(texts.cached), amount(texts.output)];
    const isWhole = model.trim() !== '' && input !== null && cached !== null && output !== null;
    return isWhole ? [{ model: model.trim(), tier, input, cached, output }] : [];
  });
  if (priced.length !== typed.length || !isCurrency(currency)) return null;
  return { isShown, currency, rows: priced };
}

/** Differs whenever prices do. */
export function pricesKey({ isShown, currency, rows }: UsagePrices): string {
  return JSON.stringify([
    isShown,
    currency,
    rows.map(({ model, tier, input, cached, output }) => [model, tier, input, cached, output]),
  ]);
}

/** Whether this keeps a row that something was typed into from being a price. */
export function isWrong(row: DraftRow, name: 'model' | 'input' | 'cached' | 'output'): boolean {
  if (!isTyped(row)) return false;
  return name === 'model' ? row.model.trim() === '' : amount(row[name]) === null;
}

export const isCurrency = (text: string): boolean => /^[A-Z]{3}$/.test(text);

const isTyped = ({ model, input, cached, output }: DraftRow): boolean =>
  [model, input, cached, output].some((text) => text.trim() !== '');

/** With a point or a comma; nothing is 0. */
function amount(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return Number.isFinite(value) && value >= 0 && value <= mostAmount ? value : null;
}
