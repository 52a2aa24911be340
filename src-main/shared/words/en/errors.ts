import { type ErrorCode, errorTable } from '../../errors.ts';

type ErrorWords = { readonly [Code in ErrorCode as `errors.${Code}`]: (typeof errorTable)[Code]['text'] };

/** The default text of every error: English is what clients are told, and lies in the one table of errors. */
export const errorsWords = Object.fromEntries(
  Object.entries(errorTable).map(([code, { text }]) => [`errors.${code}`, text]),
) as ErrorWords;
