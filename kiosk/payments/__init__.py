"""What a dossier costs and what became of the money: claims, payments, refunds, the day's comparison."""
