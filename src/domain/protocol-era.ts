/** What a server speaks: up to 2025-11-25, with `initialize`; from 2026-07-28 on, with `server/discover`; or both, as its client likes. */
export type ProtocolEra = 'legacy' | 'modern' | 'dual';
