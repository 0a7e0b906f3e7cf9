/** What somebody is at a platform: one of five roles, within one jurisdiction. */

/**
 * viewer (查看员) sees · technician (技术员) sees, tests and keeps the inventory · operator (值机员) sees, tests and handles alarms ·
 * auditor (审计员) sees and reads the audit log · admin (管理员) does it all and says who else may.
 */
export const ROLES = ['viewer', 'technician', 'operator', 'auditor', 'admin'] as const
export type Role = (typeof ROLES)[number]
