import type { Host } from '../core/ports.ts';

/** What a face gives the core, and what it keeps for itself. */
export interface FaceHost extends Host {
  /** The last warnings and errors of the log, redacted. */
  recentProblems(): readonly string[];
}
