import { TraceDetail } from '../../../shared/model.ts';

/** A detail from its JSON; one that another version has written, and that this one cannot read, is as good as none. */
export function storedDetail(json: string | null): TraceDetail | null {
  if (json === null) return null;
  const parsed = TraceDetail.safeParse(JSON.parse(json));
  return parsed.success ? { ...parsed.data, isStored: true } : null;
}
