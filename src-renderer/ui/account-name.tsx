import type { ReactNode } from 'react';
import { useAccountNames } from '../hooks/use-account-names.ts';
import { CutName } from './cut-name.tsx';

interface AccountNameProps {
  readonly account: { readonly id: string; readonly label: string };
}

/** An account's name, as the user wants to see it. */
export function AccountName({ account }: AccountNameProps): ReactNode {
  const name = useAccountNames()(account);
  return <span title={name}>{name}</span>;
}

/** The same on one line, however narrow its place is. */
export function CutAccountName({ account }: AccountNameProps): ReactNode {
  return <CutName name={useAccountNames()(account)} />;
}
