import { resolve } from 'node:path';
import { allocatorEnvironment } from './host-allocator.js';
import type { Role } from './protocol.js';
import { ROLE_RIGHTS } from './role-rights.js';

/** Where libraries and plugins are. */
const PROGRAM_PATHS = [
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'GST_PLUGIN_PATH',
  'GST_PLUGIN_PATH_1_0',
  'GST_PLUGIN_SYSTEM_PATH',
  'GST_PLUGIN_SYSTEM_PATH_1_0',
  'GST_PLUGIN_SCANNER',
  'GST_PLUGIN_SCANNER_1_0',
] as const;

/**
 * The variables of this process that its hosts are given. Everything else stays here: this process may have been given
 * tokens and passwords, and whoever takes a host over can read what that has.
 */
const PASSED = [
  ...PROGRAM_PATHS,
  'PATH',
  'TZ',
  'MALLOC_CONF',
  'ORC_CODE',
  'GST_PLUGIN_FEATURE_RANK',
  'GST_DEBUG_NO_COLOR',
] as const;

/** These name what TLS trusts. */
const PASSED_WITH_CERTIFICATES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;

/** These say which device is used, and with which driver. */
const PASSED_WITH_DEVICES = [
  'LIBVA_DRIVER_NAME',
  'LIBVA_DRIVERS_PATH',
  'GST_VA_ALL_DRIVERS',
  'CUDA_VISIBLE_DEVICES',
] as const;

/** Variables that name files and folders which a host has to see; several in one are divided by colons. */
export const PATH_VARIABLES = [...PROGRAM_PATHS, ...PASSED_WITH_CERTIFICATES, 'LIBVA_DRIVERS_PATH'] as const;

/** What a host's process is given of this process's environment, and what is added. `devices`: it gets some. */
export const hostEnvironment = (
  role: Role,
  slots: number,
  own: NodeJS.ProcessEnv,
  jemalloc: string | undefined,
  devices = false,
): NodeJS.ProcessEnv => {
  const rights = ROLE_RIGHTS[role];
  const names = [
    ...PASSED,
    ...(rights.files === 'certificates' ? PASSED_WITH_CERTIFICATES : []),
    ...(rights.devices && devices ? PASSED_WITH_DEVICES : []),
  ];
  const passed = Object.fromEntries(names.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])));
  return {
    ...passed,
    ...debugging(own),
    // Each running slot blocks a thread with its bus poll; the rest is for files and DNS.
    UV_THREADPOOL_SIZE: String(slots + 8),
    // Error messages are matched, so they must not be translated.
    LC_ALL: 'C.UTF-8',
    LANGUAGE: 'C',
    // GLib would ask a desktop's services for proxies, networks and settings. Cameras are reached without.
    GIO_USE_PROXY_RESOLVER: 'dummy',
    GIO_USE_NETWORK_MONITOR: 'base',
    GSETTINGS_BACKEND: 'memory',
    ...allocatorEnvironment(own, jemalloc),
  };
};

/** GStreamer's debug output shows requests with their credentials, so it may go only to a file that was asked for. */
const debugging = (own: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const file = own['GST_DEBUG_FILE'];
  if (file === undefined) return {};
  return { GST_DEBUG_FILE: resolve(file), ...(own['GST_DEBUG'] === undefined ? {} : { GST_DEBUG: own['GST_DEBUG'] }) };
};
