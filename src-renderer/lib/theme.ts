export type Theme = 'system' | 'light' | 'dark';

/** Never on paper, which is white whatever its ground was to be. */
const media = { system: 'screen and (prefers-color-scheme: dark)', light: 'not all', dark: 'screen' } as const;
/** As the style sheets have it before it was first changed; later it is one of `media`. */
const isDarkRule = (text: string): boolean => text.includes('prefers-color-scheme: dark');
const darkRules: CSSMediaRule[] = [];

/** Shows the page in a theme: the dark values of the style sheets apply as the system says, always or never. */
export function applyTheme(theme: Theme, { documentElement, styleSheets }: Document): void {
  if (darkRules.length === 0) {
    const rules = [...styleSheets].flatMap(({ cssRules }) => [...cssRules]);
    darkRules.push(
      ...(rules.filter((rule) => rule instanceof CSSMediaRule && isDarkRule(rule.conditionText)) as CSSMediaRule[]),
    );
  }
  for (const rule of darkRules) rule.media.mediaText = media[theme];
  documentElement.style.colorScheme = theme === 'system' ? '' : theme;
}
