"""What leaders decide: by the link of a letter, or signed in, one after another."""
