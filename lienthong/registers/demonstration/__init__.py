"""The invented nation."""
