import type { ReactNode } from 'react';

/** Stands for the rows that are out of sight. */
export function SpacerRow({ heightPx }: { readonly heightPx: number }): ReactNode {
  if (heightPx <= 0) return null;
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it is no row of the data
    <tr role="presentation">
      <td className="spacer" style={{ height: heightPx }} />
    </tr>
  );
}
