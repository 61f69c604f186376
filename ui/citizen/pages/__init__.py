"""The pages: each shows one state and sends what the person does."""
