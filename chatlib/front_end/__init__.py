"""The widgets' front ends: one JavaScript module each, and how they reach the page."""
