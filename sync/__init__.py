"""What leaves the building: courier, portal drivers, the reference portal. No Qt."""
