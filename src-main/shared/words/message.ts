/** What the compiler reads of an ICU message, so that a text is never asked for with a parameter missing or misspelt. */

/** `{count, plural, …}` and `{size, number}` want numbers, `{kind, select, …}` and `{name}` texts or numbers. */
type ValueOf<Kind extends string> = Kind extends
  | `plural,${string}`
  | `selectordinal,${string}`
  | 'number'
  | `number,${string}`
  ? number
  : string | number;

/** `Name` and what follows its comma, as one parameter. */
type Parameter<Head extends string> = Head extends `${infer Name},${infer Kind}`
  ? { readonly [K in Trimmed<Name>]: ValueOf<Trimmed<Kind>> }
  : { readonly [K in Trimmed<Head>]: string | number };

type Trimmed<S extends string> = S extends ` ${infer R}` ? Trimmed<R> : S extends `${infer R} ` ? Trimmed<R> : S;

/**
 * Walks from brace to brace. `Depth` is where it stands: `t` in a text, `b` between the branches of a plural or select; a
 * brace opens a parameter in a text, and a text between branches.
 */
type Scan<S extends string, Depth extends string, Found> = S extends `${infer Before}{${infer After}`
  ? Before extends `${infer _}}${infer Rest}`
    ? Scan<`${Rest}{${After}`, Popped<Depth>, Found>
    : Depth extends `b${string}`
      ? Scan<After, `t${Depth}`, Found>
      : Opened<After, Depth, Found>
  : Found;

type Popped<Depth extends string> = Depth extends `${infer _}${infer Rest}` ? Rest : Depth;

/** At the start of a parameter: a simple one ends at the next brace, one with branches goes on with them. */
type Opened<After extends string, Depth extends string, Found> = After extends `${infer Head}}${infer Rest}`
  ? Head extends `${infer Name}{${string}`
    ? Scan<Tail<After, Name>, `b${Depth}`, Found & Parameter<Name>>
    : Scan<Rest, Depth, Found & Parameter<Head>>
  : Found;

type Tail<S extends string, Start extends string> = S extends `${Start}${infer Rest}` ? Rest : never;

/** The parameters of a message by name. */
export type ParametersOf<Message extends string> = Scan<Message, 't', unknown>;

/** The tags of a message, such as `link` of `See <link>the log</link>`. */
export type TagsOf<Message extends string> = Message extends `${string}</${infer Name}>${infer Rest}`
  ? Name | TagsOf<Rest>
  : never;

/** The same ids as English, for the catalogues of other languages. */
export type SameIds<English> = { readonly [Id in keyof English]: string };
