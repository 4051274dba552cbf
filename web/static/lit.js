// The one place that names the version of lit; every other module imports from here.
export * from "./vendor/lit-3.3.3.js";
