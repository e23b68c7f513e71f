"""The servers that ours is compared with, each as small as its library allows, over the same database."""
