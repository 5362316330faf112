"""Python trees and nothing of derivatives: read, build, rewrite, print and load them."""
